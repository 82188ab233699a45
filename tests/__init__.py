"""The suite: mirrors the apps; laws, architecture and fakes have folders of their own."""
