"""The Textual app: reads views, sends command lines; never computes physics."""
