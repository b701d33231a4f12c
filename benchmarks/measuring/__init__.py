"""What all measurements share: labelled images, timing, the record, and pages and pictures made of it."""
