"""What may happen: one file per noun, one synchronous function per verb; none of them commits."""
