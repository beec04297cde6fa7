"""Every sentence the bot says, by conversation. Vietnamese is the source; see locales/."""
