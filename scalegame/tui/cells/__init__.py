"""What everything is drawn with: a sheet of cells, inks by meaning, marks in two sets, the canvas that shows a sheet
and the pen that sends what changed."""
