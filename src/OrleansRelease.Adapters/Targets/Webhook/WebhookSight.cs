using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Webhooks;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Webhook;

/// <summary>What an endpoint says of one version, and the fence of the last change that it has accepted.</summary>
internal sealed record WebhookSight(VersionHealth Health, Fence? Fence)
{
    private const int MaxInstances = 10_000;

    private const int MaxAddresses = 256;

    private const int MaxAddressLength = 2048;

    private static readonly JsonSerializerOptions Options = Vocabulary.Options;

    public static Task<WebhookSight> LookAsync(
        WebhookClient client, WebhookPlace place, RolloutSpec spec, VersionName version,
        CancellationToken cancellation) =>
        client.LookAsync(
            place, JsonSerializer.Serialize(WebhookRequest.Observe(spec, version), Options),
            answer => Read(answer, version), cancellation);

    /// <summary>
    /// Throws <see cref="InvalidDataException"/> where it does not say it: nothing is taken for granted.
    /// </summary>
    public static WebhookSight Read(HttpAnswer answer, VersionName version)
    {
        if (answer.Status != 200)
            throw new InvalidDataException($"it answered {answer.Status}: {WebhookProblem.Of(answer)}");
        if (!WebhookProblem.IsJson(answer))
            throw new InvalidDataException($"it answered {answer.MediaType ?? "without a type"}, not JSON");
        if (answer.IsCut)
            throw new InvalidDataException($"its answer is larger than {OutgoingHttp.MaxBodyBytes} bytes");
        try
        {
            var said = JsonSerializer.Deserialize<Said>(answer.Body.Span, Options)
                ?? throw new InvalidDataException("its answer is null");
            return new(Checked(said, version), said.Fence);
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"its answer cannot be read: {WebhookProblem.Plain(wrong.Message)}", wrong);
        }
    }

    private static VersionHealth Checked(Said said, VersionName version)
    {
        if (said is not { Wanted: >= 0 and <= MaxInstances, Ready: >= 0 and <= MaxInstances } counts)
            throw new InvalidDataException("its answer does not say how many instances are wanted and ready");
        if (counts.Ready > counts.Wanted || said.Restarts is < 0)
            throw new InvalidDataException("its answer counts more ready than wanted, or less than none");
        var addresses = said.Addresses ?? [];
        if (addresses.Length > MaxAddresses || !addresses.All(IsAddress))
        {
            throw new InvalidDataException(
                $"its answer has addresses that are none or link-local, or more than {MaxAddresses}");
        }

        return new(
            version, counts.Wanted.Value, counts.Ready.Value, said.Restarts ?? 0,
            [.. addresses.Select(text => new Uri(text))],
            said.Note is { } note ? WebhookProblem.Plain(note) : null);
    }

    private static bool IsAddress(string? text) => text is { Length: > 0 and <= MaxAddressLength }
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.UserInfo.Length == 0
        && !(IPAddress.TryParse(url.DnsSafeHost, out var address) && LinkLocal.IsOne(address));

    private sealed record Said(
        int? Wanted, int? Ready, int? Restarts, ImmutableArray<string>? Addresses, Fence? Fence, string? Note);
}
