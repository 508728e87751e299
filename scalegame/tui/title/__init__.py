"""What the first screen is made of: name, skyline, the map of the campaign. Nothing here imports numpy or a level."""
