using OrleansRelease.Adapters.Tests.Assets;
using OrleansRelease.Host.Samples;

// This assembly is also the programs that its tests run: `dotnet <assembly> sample|misbehave|host …`.
return args switch
{
    ["sample", .. var rest] => await SampleService.RunAsync(rest),
    ["misbehave", var how, .. var rest] => await Misbehaving.RunAsync(how, rest),
    ["host", var dataFolder] => await HostThatDies.RunAsync(dataFolder),
    _ => 64,
};
