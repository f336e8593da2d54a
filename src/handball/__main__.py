"""`python -m handball`: the same as the command `handball`."""

from handball.cli.app import main

if __name__ == "__main__":
    main()
