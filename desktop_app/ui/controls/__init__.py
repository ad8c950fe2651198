"""Controls that Qt does not have: each knows how to be read, typed in, reset and reached by keyboard."""
