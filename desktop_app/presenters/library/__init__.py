"""The library page's state and rules: the grid, finding, arranging, the side bar."""
