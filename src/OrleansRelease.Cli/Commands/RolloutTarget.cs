using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Commands;

/// <summary>How commands say which rollout they mean: <c>SERVICE -e ENVIRONMENT</c>, or its name.</summary>
internal sealed class RolloutTarget
{
    private readonly Argument<string> _subject = new("SERVICE|ROLLOUT")
    {
        Description = "a service, with -e; or a rollout such as checkout.production.7",
    };

    private readonly Option<string?> _environment = Options.Environment(required: false);

    public void AddTo(Command command)
    {
        command.Arguments.Add(_subject);
        command.Options.Add(_environment);
        command.Validators.Add(result =>
        {
            var subject = result.GetValue(_subject);
            if (Address(subject, result.GetValue(_environment)) is null)
                result.AddError($"'{subject}' is not a rollout: write SERVICE -e ENVIRONMENT, or {RolloutId.Shape}");
        });
    }

    public string Of(ParseResult parsed) => Address(parsed.GetValue(_subject), parsed.GetValue(_environment))!;

    /// <summary>Whether it means one rollout, today and tomorrow.</summary>
    public bool IsName(CommandResult result) =>
        RolloutId.Parse(Address(result.GetValue(_subject), result.GetValue(_environment))) is not null;

    /// <summary>
    /// Which rollout it is now: that one is meant from here on, also when another one moves there meanwhile.
    /// </summary>
    public async Task<(RolloutId? Id, Reply? Problem)> FindAsync(
        ParseResult parsed, Session session, CancellationToken cancellation)
    {
        var address = Of(parsed);
        if (RolloutId.Parse(address) is { } id) return (id, null);
        // Unlike the rollout itself this also answers while it still waits.
        var reply = await session.Api.GetAsync($"/api/v1/rollouts/{address}/explain", cancellation);
        return reply is Reply.Answered { Json: var json }
            ? (Vocabulary.Read<NamedRollout>(json).Id, null)
            : (null, reply);
    }

    /// <summary>The words of the command line, with the name in place of what it was found by.</summary>
    public IEnumerable<string> WordsFor(ParseResult parsed, RolloutId id)
    {
        var subject = parsed.GetResult(_subject)?.Tokens ?? [];
        var environment = parsed.GetResult(_environment);
        Token?[] left = [environment?.IdentifierToken, .. environment?.Tokens ?? []];
        return parsed.Tokens
            .Where(token => !left.Any(dropped => ReferenceEquals(dropped, token)))
            .Select(token => subject.Any(word => ReferenceEquals(word, token)) ? id.ToString() : token.Value);
    }

    private static string? Address(string? subject, string? environment) => environment is null
        ? (RolloutId.Parse(subject)?.ToString() ?? SlotKey.Parse(subject)?.ToString())
        : SlotKey.Parse($"{subject}.{environment}")?.ToString();
}

/// <summary>Whatever is answered about a rollout has its name.</summary>
internal sealed record NamedRollout(RolloutId Id);
