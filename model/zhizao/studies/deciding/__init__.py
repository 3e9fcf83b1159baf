"""Decisions: which policy to choose where one cannot know, and what it would be worth to know more."""
