"""Files: safe writing, and pose files of every format that the package reads or writes."""
