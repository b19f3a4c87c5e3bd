using OrleansRelease.Cli;

return await Orel.RunAsync(args, Surroundings.OfProcess(), CancellationToken.None);
