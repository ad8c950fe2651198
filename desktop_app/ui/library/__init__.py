"""The library page: a side bar, the grid below the search field, the details of what is chosen."""
