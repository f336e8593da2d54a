"""The pretrained nets: where they come from, how they get here, and how they run."""
