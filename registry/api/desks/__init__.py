"""What answers: one desk for each subject, one method for each route."""
