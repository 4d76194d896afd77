"""The texts of each lesson, in English and Brazilian Portuguese; a module for each, named as its notebook."""
