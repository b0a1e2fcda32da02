"""What runs inside the container of a LAVA instance beside LAVA itself: its init, its supervisor and its control program."""
