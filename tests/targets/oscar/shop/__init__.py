"""A Django project around django-oscar and its API, as their documentation has it, in an environment of its own."""
