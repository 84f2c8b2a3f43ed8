"""Children are registered while everything around them breaks; nothing may be lost."""
