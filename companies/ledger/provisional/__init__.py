"""Lists that their provider may still revise."""
