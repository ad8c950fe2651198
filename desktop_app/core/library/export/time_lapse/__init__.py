"""A picture's drawing as a moving picture: frames in, a file out."""
