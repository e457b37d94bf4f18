return await CacheKeeper.Cli.CommandLineHost.RunAsync(args);
