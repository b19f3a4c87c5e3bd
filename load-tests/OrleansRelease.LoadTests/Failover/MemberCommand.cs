using System.CommandLine;
using Microsoft.Extensions.Logging;
using OrleansRelease.Host.Running;
using OrleansRelease.LoadTests.Kills;

namespace OrleansRelease.LoadTests.Failover;

/// <summary><c>member</c>: one server of the cluster that is measured, a process.</summary>
internal static class MemberCommand
{
    public const string Name = "member";

    private static readonly Option<string> Data = new("--data") { Required = true };

    private static readonly Option<string> Postgres = new("--postgres") { Required = true };

    private static readonly Option<string> Token = new("--token-file") { Required = true };

    private static readonly Option<Role> Role = new("--role");

    private static readonly Option<string?> World = new("--world");

    public static Command Build()
    {
        var command = new Command(Name, "One server of a cluster that is measured; started by who measures it.")
        {
            Data, Postgres, Token, Role, World,
        };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => Server.RunAsync(
            new RunOptions
            {
                DataFolder = parsed.GetValue(Data)!,
                Postgres = parsed.GetValue(Postgres),
                TokenFile = parsed.GetValue(Token),
                TargetsFolder = Path.GetDirectoryName(parsed.GetValue(Token)),
                Role = parsed.GetValue(Role),
                Urls = ["http://127.0.0.1:0"],
                LogLevel = LogLevel.Warning,
            },
            parsed.GetValue(World) is { } world ? DistantWorld.At(world) : CalmWorld.AddTo, cancellation));
        return command;
    }
}
