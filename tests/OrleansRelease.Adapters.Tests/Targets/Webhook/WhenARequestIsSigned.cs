using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansRelease.Adapters.Webhooks;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Hooks;
using PilotEndpoint;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

public sealed partial class WhenARequestIsSigned
{
    /// <summary>The example of the specification, made by other people's code.</summary>
    [Fact]
    public void It_is_signed_as_the_libraries_of_standard_webhooks_sign()
    {
        using var request = new HttpRequestMessage();
        var key = WebhookSignature.KeyOf(WebhookRig.Key, out _)!;

        WebhookSignature.Sign(
            request, key, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330),
            "{\"test\": 2432232314}");

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            Assert.Single(request.Headers.GetValues(WebhookSignature.SignatureHeader)));
    }

    [Theory]
    [InlineData("whsec_not base64", "no base64")]
    [InlineData("whsec_c2hvcnQ=", "shorter than 24 bytes")]
    [InlineData("a-word-that-is-short", "shorter than 24 bytes")]
    public void A_key_that_is_none_is_named_without_being_shown(string secret, string why)
    {
        Assert.Null(WebhookSignature.KeyOf(secret, out var problem));

        Assert.Contains(why, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, problem!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_of_the_reference_is_what_a_hook_is_sent_and_it_verifies()
    {
        var example = Example().Match(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "reference", "webhook.md")));
        var (id, timestamp) = (example.Groups["id"].Value, example.Groups["timestamp"].Value);
        var body = Encoding.UTF8.GetBytes(example.Groups["body"].Value);
        var signed = DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture));
        var key = Signature.KeyOf(example.Groups["key"].Value);

        Assert.True(Signature.Holds(key, id, timestamp, example.Groups["signature"].Value, body, signed));
        Assert.False(Signature.Holds(
            key, id, timestamp, example.Groups["signature"].Value, body, signed + TimeSpan.FromMinutes(6)));

        var heard = await SentAsync();
        Assert.Equal(heard.Id, id);
        using var told = JsonDocument.Parse(body);
        Assert.Equal(NamesOf(heard.Body), NamesOf(told.RootElement));
        Assert.Equal($"{heard.Body.GetProperty("fence")}", $"{told.RootElement.GetProperty("fence")}");
    }

    private static async Task<Heard> SentAsync()
    {
        using var rig = new WebhookRig();
        await using var endpoint = await ScriptedEndpoint.StartAsync();
        var limits = new EffectLimits(TimeSpan.FromMinutes(1), 3, TimeSpan.FromSeconds(1));
        var hook = new HookSpec(
            "migrate", endpoint.Url, new SecretRef(null, rig.KeyFile), limits, StoresFences: false, Undo: null);
        var spec = TargetSpecs.Of("memory", [], slot: "checkout.production") with
        {
            Version = VersionName.From("3.2.0"),
        };
        await rig.Hooks.CallAsync(
            new HookCall(spec, hook, IsUndo: false, "sha256:ba7816bf8f01cfea", new(1, 7, 4)),
            CancellationToken.None);
        return Assert.Single(endpoint.All);
    }

    private static string[] NamesOf(JsonElement body) => [.. body.EnumerateObject().Select(member => member.Name)];

    [GeneratedRegex(
        @"with the key `(?<key>[^`]+)`:\s+```http.*?webhook-id: (?<id>\S+)\s+webhook-timestamp: (?<timestamp>\d+)"
        + @"\s+webhook-signature: (?<signature>\S+)\s+(?<body>\{.*?\})\s+```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Example();
}
