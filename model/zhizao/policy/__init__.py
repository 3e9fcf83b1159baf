"""What government can do: instruments with their levers (`levers`) and the offers in force in a month (`offers`)."""
