"""Between the widgets and the core: what is shown and what a click does. QtCore and QtGui, no widgets."""
