using System.Collections.Immutable;
using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Kind Monitor.</summary>
internal static class MonitorReader
{
    private const string ExpectShape = "{status: 200, within: 800ms, body: {contains: TEXT}, certificateValidFor: 14d}";

    private const string BodyShape = "{contains: TEXT} or {lacks: TEXT}";

    private const string StatusShape = "a status such as 200, a class such as 2xx, or a list of them";

    private const int MostStatuses = 20;

    public static MonitorSpec Read(Fields fields)
    {
        var access = AccessReader.ReadWhole(fields, "url: the address that is checked", Queries.SlotWords);
        var method = Method(fields.Take("method"));
        var timeout = Timeout(fields.Take("timeout"));
        var expectField = fields.Take("expect");
        var expect = Expect(expectField, access.Url, method, timeout ?? BuiltIn.MonitorTimeout);
        var nodes = fields.Take("nodes")?.Whole(1, MonitorCheck.MostNodes);
        var network = Network(fields.Take("network"), access.Url);
        fields.End();
        return new MonitorSpec(
            access.Url, method, access.Bearer, access.Basic, access.Ca, access.Certificate, timeout, expect, nodes,
            network);
    }

    // A check is made over and over by machines: it must change nothing.
    private static CheckMethod? Method(Field? field)
    {
        if (field?.Scalar("GET or HEAD") is not { } text) return null;
        if (text is "GET") return CheckMethod.Get;
        if (text is "HEAD") return CheckMethod.Head;
        field.Report(ProblemCode.BadChoice,
            text.ToUpperInvariant() is "GET" or "HEAD"
                ? "methods are in capital letters"
                : "a check is made again and again, by several servers: it must change nothing",
            text.ToUpperInvariant() is "GET" or "HEAD" ? text.ToUpperInvariant() : "GET or HEAD");
        return null;
    }

    private static TimeSpan? Timeout(Field? field)
    {
        if (field?.Duration(positive: true) is not { } timeout) return null;
        if (timeout >= MonitorCheck.ShortestTimeout && timeout <= MonitorCheck.LongestTimeout) return timeout;
        field.Report(ProblemCode.BadDuration, "no check takes so short or so long",
            $"{Duration.Format(MonitorCheck.ShortestTimeout)} to {Duration.Format(MonitorCheck.LongestTimeout)}");
        return null;
    }

    private static ExpectSpec? Expect(Field? field, string url, CheckMethod? method, TimeSpan timeout)
    {
        if (field?.Object(ExpectShape) is not { } fields) return null;
        var (status, within, body, certificate) = (
            Statuses(fields.Take("status")), fields.Take("within"), fields.Take("body"),
            fields.Take("certificateValidFor"));
        fields.End();
        var limit = within?.Duration(positive: true);
        if (limit > timeout)
        {
            within!.Report(ProblemCode.Conflict,
                $"nothing is waited for longer than the timeout {Duration.Format(timeout)}",
                $"at most {Duration.Format(timeout)}, or a longer timeout");
        }

        var rule = Body(body);
        if (body is not null && method is CheckMethod.Head)
            body.ReportKey(ProblemCode.Conflict, "the answer to HEAD has no body", "method: GET, or no body");
        var valid = certificate?.Duration(positive: true);
        if (certificate is not null && url.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
        {
            certificate.ReportKey(
                ProblemCode.Conflict, "over http there is no certificate", "an url that begins with https:");
        }

        return new ExpectSpec(status, limit, rule, valid);
    }

    private static ImmutableArray<StatusRange>? Statuses(Field? field)
    {
        if (field is null) return null;
        if (field.Node is not Yaml.YamlNode.Sequence) return Status(field) is { } only ? [only] : null;
        if (field.Items(StatusShape) is not { } items) return null;
        if (items.Count is 0 or > MostStatuses)
            field.Report(ProblemCode.BadNumber, $"these are not 1 to {MostStatuses} statuses", StatusShape);
        return [.. items.Select(Status).OfType<StatusRange>()];
    }

    private static StatusRange? Status(Field field)
    {
        if (field.Scalar(StatusShape) is not { } text) return null;
        if (text is [>= '1' and <= '5', 'x', 'x']) return StatusRange.Class(text[0] - '0');
        if (text is [>= '1' and <= '5', >= '0' and <= '9', >= '0' and <= '9'])
        {
            var code = ((text[0] - '0') * 100) + ((text[1] - '0') * 10) + (text[2] - '0');
            return new StatusRange(code, code);
        }

        field.Report(ProblemCode.BadNumber,
            $"no answer has such a status: they are {StatusRange.Least} to {StatusRange.Most}", StatusShape);
        return null;
    }

    private static BodyRule? Body(Field? field)
    {
        if (field?.Object(BodyShape) is not { } fields) return null;
        var one = fields.OneOf(["contains", "lacks"], [], BodyShape);
        fields.End();
        if (one is not var (word, said) || said.Text("the text, on one line") is not { } text) return null;
        if (text.Length > BodyRule.MostText)
        {
            said.Report(
                ProblemCode.BadText, "this is too long to look for", $"at most {BodyRule.MostText} characters of it");
            return null;
        }

        return word == "contains" ? new BodyRule(text, null) : new BodyRule(null, text);
    }

    // Of the same host it would be away whenever what is checked is, and every failure a broken network.
    private static string? Network(Field? field, string url)
    {
        if (field?.Address() is not { } network) return null;
        if (!string.Equals(HostOf(network), HostOf(url), StringComparison.OrdinalIgnoreCase)) return network;
        field.Report(ProblemCode.Conflict,
            "this is the host that is checked: where it is away, nobody would know of what",
            "an address of another host, which is there when the own network is");
        return null;
    }

    private static string HostOf(string address)
    {
        var host = Addresses.HostOf(address);
        return Uri.TryCreate(Template.Fill(address, name => $"x-{name}", text => text), UriKind.Absolute, out var uri)
            ? uri.Host
            : host;
    }
}
