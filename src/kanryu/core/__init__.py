"""What every room shares: errors, problems with places, money, dates, words, the speed switch."""
