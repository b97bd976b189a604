"""What people read: pure functions from facts and a language to text and buttons."""
