using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Cli.Tests.Texts;

/// <summary>The example of docs/attribution.md, at 9:40.</summary>
public sealed class GoldenInquiries
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_service_that_one_of_two_has_made_worse() => Golden.Check("inquiry", OneText.Of(
        "inquiries", Vocabulary.Write(new InquiryAnswer(State())), Nine.AddMinutes(41)));

    private static InquiryState State()
    {
        var cart = Suspect(29, 36, 1, "shop", "cart");
        var finding = BlameJudge.Judge(
            new(SlotKey.From("shop.production"), Nine.AddMinutes(30),
                [.. Minutes(minute => new Stretch(At(minute), At(minute + 1), new(minute < 30 ? 1 : 40, 400)))]),
            [cart, Suspect(28, 4, 37, "shop", "cart", "stock")], [], Nine.AddMinutes(40));
        return new(
            finding.Slot, "availability", finding.Onset, null, finding, [new(cart.Rollout, finding.To(cart.Rollout))],
            [], [], []);
    }

    private static Suspect Suspect(int step, double reached, double missed, params string[] way) => new(
        RolloutId.From($"{way[^1]}.production.7"), [.. way.Select(ServiceName.From)], [new(At(step), 0.1)],
        new(SeenAt.ItsOwn, [.. Minutes(minute => new SplitStretch(
            At(minute), At(minute + 1), new(minute < 30 ? 0 : reached, minute < 29 ? 0 : 40),
            new(minute < 30 ? 1 : missed, 360)))]));

    private static IEnumerable<T> Minutes<T>(Func<int, T> of) => Enumerable.Range(0, 40).Select(of);

    private static DateTimeOffset At(int minute) => Nine.AddMinutes(minute);
}
