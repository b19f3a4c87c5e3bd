using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(OrleansRelease.Benchmarks.Canary).Assembly).Run(args);
return 0;
