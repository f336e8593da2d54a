"""From joints in the pictures of one camera to joints in space."""
