using System.CommandLine;
using Microsoft.Extensions.Logging;
using OrleansRelease.Host.Running;

namespace OrleansRelease.LoadTests.Failover;

/// <summary><c>member</c>: one server of the cluster that is measured, a process in a calm world.</summary>
internal static class MemberCommand
{
    public const string Name = "member";

    private static readonly Option<string> Data = new("--data") { Required = true };

    private static readonly Option<string> Postgres = new("--postgres") { Required = true };

    private static readonly Option<string> Token = new("--token-file") { Required = true };

    private static readonly Option<Role> Role = new("--role");

    public static Command Build()
    {
        var command = new Command(Name, "One server of the cluster that failover measures; started by it.")
        {
            Data, Postgres, Token, Role,
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
            CalmWorld.AddTo, cancellation));
        return command;
    }
}
