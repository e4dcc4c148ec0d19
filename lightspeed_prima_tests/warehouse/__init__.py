"""The warehouse: the file, its schema, the model runner, the published snapshot."""
