"""The reference shop: a Django backend that stands alone and can be deployed as it is."""
