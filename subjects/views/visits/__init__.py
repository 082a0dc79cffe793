"""Visits: the list, the calendar, one visit and its acts, and the tab of the chart."""
