using System.Diagnostics;
using System.Globalization;
using System.Text;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Monitors;

/// <summary>
/// Judges what came of one request of a monitor. Evidence against the checked address is only what came from there:
/// what never got that far may be this side's own doing.
/// </summary>
public static class Checking
{
    private const int ProxyWantsToKnow = 407;

    /// <param name="check">What must be.</param>
    /// <param name="answer">What came.</param>
    /// <param name="now">By which a certificate ends.</param>
    public static Sight Of(MonitorCheck check, CheckAnswer answer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(check);
        return answer switch
        {
            CheckAnswer.Answered answered => OfAnswer(check.Expect, answered, now),
            CheckAnswer.None(var trouble, var detail) => OfTrouble(check, trouble, OneLine.Of(detail)),
            _ => throw new UnreachableException(),
        };
    }

    private static Sight OfTrouble(MonitorCheck check, Trouble trouble, string detail) => trouble switch
    {
        Trouble.OwnSide => new Sight.Unknown($"it cannot be asked: {detail}"),
        Trouble.NoName => new Sight.Unclear($"the name is not found ({detail})"),
        Trouble.NoRoute => new Sight.Unclear($"there is no way to it ({detail})"),
        Trouble.NoConnection => new Sight.Unclear($"no connection within {Duration.Format(check.Timeout)}"),
        Trouble.Refused => new Sight.Fails($"nobody listens there ({detail})"),
        Trouble.Tls => new Sight.Fails($"TLS fails: {detail}"),
        Trouble.TimedOut => new Sight.Fails($"no whole answer within {Duration.Format(check.Timeout)}"),
        Trouble.Broken => new Sight.Fails($"no whole answer: {detail}"),
        _ => throw new UnreachableException(),
    };

    private static Sight OfAnswer(Expectation expect, CheckAnswer.Answered answer, DateTimeOffset now)
    {
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        if (!expect.Status.Any(range => range.Has(answer.Status)))
        {
            if (answer.Status == ProxyWantsToKnow)
                return new Sight.Unknown("a proxy of this server wants to know who asks (407)");
            var redirect = answer.Status is >= 300 and < 400 ? ", a redirect, which is not followed" : "";
            return new Sight.Fails($"{status}{redirect}, and {expect.StatusText} is expected");
        }

        var took = ThresholdJudge.Format(answer.Took.TotalSeconds, Unit.Seconds);
        if (expect.Within is { } within && answer.Took > within)
            return new Sight.Fails($"{status} in {took}, later than {Duration.Format(within)}");
        var (body, certificate) = (OfBody(expect, answer, status), OfCertificate(expect, answer, now));
        if (certificate is Sight.Fails && body is not Sight.Fails) return certificate;
        return body ?? certificate ?? new Sight.Holds(
            answer.CertificateEnds is { } ends && expect.CertificateValidFor is not null
                ? $"{status} in {took}, certificate valid for {Days(ends - now)}"
                : $"{status} in {took}");
    }

    private static Sight? OfBody(Expectation expect, CheckAnswer.Answered answer, string status)
    {
        if (answer.IsCut && expect.Within is { } within)
            return TooLarge($"whether it ends within {Duration.Format(within)}");
        if (expect.Body is not { } rule) return null;
        var has = answer.Body.Span.IndexOf(Encoding.UTF8.GetBytes(rule.Text)) >= 0;
        // It stands in the manifest: what the other side has said is in no words.
        var text = OneLine.Of(rule.Text);
        if (rule.Contains is null)
        {
            return has ? new Sight.Fails($"{status}, and \"{text}\" stands in the body")
                : answer.IsCut ? TooLarge($"whether \"{text}\" stands in it")
                : null;
        }

        return has ? null
            : answer.IsCut ? TooLarge($"whether \"{text}\" stands in it")
            : new Sight.Fails($"{status}, and \"{text}\" does not stand in the body");
    }

    private static Sight? OfCertificate(Expectation expect, CheckAnswer.Answered answer, DateTimeOffset now)
    {
        if (expect.CertificateValidFor is not { } least) return null;
        if (answer.CertificateEnds is not { } ends) return new Sight.Unknown("no certificate was shown");
        return ends - now >= least ? null : new Sight.Fails(ends <= now
            ? "the certificate has ended"
            : $"the certificate is valid for {Days(ends - now)}, and {Duration.Format(least)} is expected");
    }

    private static Sight.Unknown TooLarge(string what) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"the body is larger than {MonitorCheck.MostBytes / 1024} KiB, so nobody knows {what}"));

    private static string Days(TimeSpan left) => left < TimeSpan.FromDays(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalHours):0}h")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalDays):0}d");
}
