using OrleansRelease.Adapters.Tests.Assets;
using OrleansRelease.Host.Samples;

// This assembly is also the program that the tests run as a service: `dotnet <assembly> sample|misbehave …`.
return args switch
{
    ["sample", .. var rest] => await SampleService.RunAsync(rest),
    ["misbehave", var how, .. var rest] => await Misbehaving.RunAsync(how, rest),
    _ => 64,
};
