"""Named entities in the texts of many fields."""
