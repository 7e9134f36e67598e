"""`python -m ringback.cli`: the same as the console script."""

from . import main

main()
