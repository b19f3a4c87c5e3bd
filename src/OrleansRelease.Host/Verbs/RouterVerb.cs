using System.CommandLine;
using OrleansRelease.Router;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>router</c>: the router process.</summary>
internal static class RouterVerb
{
    public static Command Build() => Examples.Show(
        RouterCommand.Build(), "router --data /var/lib/orel-router --urls http://127.0.0.1:8080",
        "router --data /tmp/drill --fault late");
}
