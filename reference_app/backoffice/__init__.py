"""The admin site for staff, at /admin/: what it changes goes through the same services as the API.

site            signing in and changing the password
service_pages   pages of models whose changes are made by services

The pages themselves are in the module `admin` of each app.
"""
