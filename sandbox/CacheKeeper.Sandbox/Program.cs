using CacheKeeper.Sandbox;

return await SandboxCommand.RunAsync(args);
