"""What the tests of real ingresses share."""
