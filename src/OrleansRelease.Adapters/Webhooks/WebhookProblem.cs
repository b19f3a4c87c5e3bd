using System.Text;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Adapters.Webhooks;

/// <summary>Why an endpoint says no, as far as it says it, and the fence that it has accepted instead.</summary>
internal sealed record WebhookProblem(string? Title, string? Detail, Fence? Accepted)
{
    /// <summary>It goes into the log, and onto the screens of people.</summary>
    public const int MaxLength = 300;

    private static readonly WebhookProblem None = new(null, null, null);

    public static WebhookProblem Of(HttpAnswer answer)
    {
        if (answer.MediaType == "text/plain") return new(Encoding.UTF8.GetString(answer.Body.Span), null, null);
        if (!IsJson(answer) || answer.IsCut) return None;
        try
        {
            return JsonSerializer.Deserialize<WebhookProblem>(answer.Body.Span, Vocabulary.Options) ?? None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    public static bool IsJson(HttpAnswer answer) => answer.MediaType is { } type
        && (type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>One line of what it says.</summary>
    public static string Plain(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }

    public override string ToString() => Plain((Title, Detail) switch
    {
        ({ } title, { } detail) => $"{title}: {detail}",
        ({ } title, null) => title,
        (null, { } detail) => detail,
        _ => "no problem was given",
    });
}
