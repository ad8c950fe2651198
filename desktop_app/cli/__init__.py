"""`armchair-cli`: the program in a terminal, over core and engine. No Qt; torch only where it is needed."""
