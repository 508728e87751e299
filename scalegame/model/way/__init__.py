"""A tick's requests on their way, from the door to their fates and the books."""
