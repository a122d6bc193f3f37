"""Pure: River models that learn online and their exact columnar scoring."""
