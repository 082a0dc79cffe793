"""GraphQL, made from what is published and offered, over the same selectors, forms and services as REST."""
