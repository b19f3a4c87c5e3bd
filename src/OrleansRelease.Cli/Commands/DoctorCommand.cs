using System.Collections.Immutable;
using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel doctor</c></summary>
internal static class DoctorCommand
{
    /// <summary>How many pages are read before the rest is left to a narrower question.</summary>
    private const int MaxPages = 40;

    public static Command Create(SessionOpener open)
    {
        var command = new Command("doctor",
            """
            What ails the system itself, and in which slots what is there is not what is on record. Changes nothing.
            Ends with 0 only when nothing is wrong.

            Examples:
              orel doctor
              orel doctor -e production --output json
            """);
        var service = new Option<string?>("--service", "-s") { Description = "only this service's slots" };
        var environment = Options.Environment(required: false);
        command.Options.Add(service);
        command.Options.Add(environment);
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, session => ExamineAsync(
            session,
            Part("service", parsed.GetValue(service)) + Part("environment", parsed.GetValue(environment)),
            cancellation)));
        return command;
    }

    private static async Task<int> ExamineAsync(Session session, string query, CancellationToken cancellation)
    {
        var reply = await session.Api.GetAsync("/api/v1/doctor", cancellation);
        if (reply is not Reply.Answered { Json: var json }) return await session.TellProblemAsync(reply);
        var system = Vocabulary.Read<SystemDiagnosis>(json);
        var (examined, differing, after) = (0, ImmutableArray.CreateBuilder<SlotReport>(), (string?)null);
        for (var page = 0; page < MaxPages; page++)
        {
            var cursor = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            reply = await session.Api.GetAsync($"/api/v1/doctor/slots?limit=50{query}{cursor}", cancellation);
            if (reply is not Reply.Answered { Json: var slots }) return await session.TellProblemAsync(reply);
            var read = Vocabulary.Read<ExaminedSlots>(slots);
            examined += read.Items.Length;
            differing.AddRange(read.Items.Where(slot => !slot.Differences.IsEmpty));
            after = read.Next;
            if (after is null) break;
        }

        var checkup = new Checkup(system, examined, differing.ToImmutable(), after is not null);
        await session.Around.Out.WriteLineAsync(
            session.IsJson ? Vocabulary.Write(checkup) : DoctorText.Of(checkup, session.Around.Width));
        return checkup.IsWell ? ExitCode.Good : ExitCode.Refused;
    }

    private static string Part(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    /// <summary>A page as the API tells it.</summary>
    private sealed record ExaminedSlots(ImmutableArray<SlotReport> Items, string? Next);
}
