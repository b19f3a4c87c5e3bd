using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Kayenta;

namespace OrleansRelease.Core.Tests.Analysis.Kayenta;

/// <summary>
/// Metrics are written as GROUP:letters, each letter a metric: pass, high, low, no data, data required, error; a
/// capital C after it says that it is critical.
/// </summary>
public sealed class ScoringMetrics
{
    [Theory]
    [InlineData("a:pppp", 100)]
    [InlineData("a:ppph", 75)]
    [InlineData("a:pphl", 50)]
    [InlineData("a:ppd", 66.67)]
    // No data and errors count neither way.
    [InlineData("a:pphn", 66.67)]
    [InlineData("a:ppe", 100)]
    // Groups have the same weight, however many metrics they have.
    [InlineData("a:p b:hhh", 50)]
    [InlineData("a:p b:h c:h", 33.33)]
    [InlineData("a:pph b:p", 83.33)]
    // A group that knows nothing counts as good.
    [InlineData("a:n b:pph", 83.33)]
    [InlineData("a:e b:h", 50)]
    public void A_group_is_the_share_of_what_passed_in_it(string metrics, double score) =>
        Assert.Equal(score, Scorer.Score(KayentaSettings.Usual, Metrics(metrics)).Score);

    [Theory]
    [InlineData("a:p b:h", 70, 30, 70)]
    [InlineData("a:h b:p", 70, 30, 30)]
    // The groups without a weight share what is left.
    [InlineData("a:p b:h c:h d:h", 40, 20, 40)]
    [InlineData("a:h b:h c:p d:h", 40, 20, 20)]
    // A weight of a group that is not there is lost, as with the peer.
    [InlineData("a:p", 70, 30, 70)]
    public void Weights_are_percent_of_the_whole(string metrics, double a, double b, double score)
    {
        var settings = KayentaSettings.Usual with
        {
            GroupWeights = KayentaSettings.Usual.GroupWeights.Add("a", a).Add("b", b),
        };

        Assert.Equal(score, Scorer.Score(settings, Metrics(metrics)).Score);
    }

    [Theory]
    [InlineData("a:hCppppppppp")]
    [InlineData("a:lCppp")]
    [InlineData("a:nCppp")]
    [InlineData("a:eCppp")]
    public void A_critical_metric_that_does_not_pass_makes_all_of_it_nothing(string metrics)
    {
        var scored = Scorer.Score(KayentaSettings.Usual, Metrics(metrics));

        Assert.Equal((0, Grade.Fail), (scored.Score, scored.Grade));
        Assert.StartsWith("critical a1: ", scored.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_critical_metric_that_passes_counts_as_any_other() =>
        Assert.Equal(50, Scorer.Score(KayentaSettings.Usual, Metrics("a:pCh")).Score);

    [Theory]
    [InlineData("a:np", 0)]
    [InlineData("a:nnpp", 0)]
    [InlineData("a:n", 0)]
    [InlineData("a:nnppp", 100)]
    // Missing data that counts against its group is no missing data here, nor is an error.
    [InlineData("a:ddpp", 50)]
    [InlineData("a:eepp", 100)]
    public void Half_of_the_metrics_without_data_make_all_of_it_nothing(string metrics, double score) =>
        Assert.Equal(score, Scorer.Score(KayentaSettings.Usual, Metrics(metrics)).Score);

    [Theory]
    [InlineData("a:pppppppppppppppppppp", Grade.Pass)]
    [InlineData("a:ppppppppppppppppppph", Grade.Pass)]
    [InlineData("a:pppppppppppppppppphh", Grade.Marginal)]
    [InlineData("a:ppph", Grade.Marginal)]
    [InlineData("a:pph", Grade.Fail)]
    public void From_a_threshold_on_a_score_is_called_by_it(string metrics, Grade grade) =>
        Assert.Equal(grade, Scorer.Score(KayentaSettings.Usual, Metrics(metrics)).Grade);

    [Fact]
    public void A_score_has_two_decimals_and_halves_go_up()
    {
        var settings = KayentaSettings.Usual with
        {
            GroupWeights = KayentaSettings.Usual.GroupWeights.Add("a", 0.01),
        };

        // a: 1 of 2 → 50 × 0.01 % = 0.005; b: nothing passed.
        Assert.Equal(0.01, Scorer.Score(settings, Metrics("a:ph b:h")).Score);
    }

    [Fact]
    public void A_metric_of_several_groups_counts_in_each()
    {
        ImmutableArray<Classified> metrics =
        [
            .. Metrics("a:p b:p"), Metrics("a:h")[0] with { Groups = ["a", "b"] },
        ];

        var scored = Scorer.Score(KayentaSettings.Usual, metrics);

        Assert.Equal<GroupScore>([new("a", 50, 50), new("b", 50, 50)], scored.Groups);
    }

    [Fact]
    public void The_reason_is_the_sum() =>
        Assert.Equal(
            "a 100 × 50 % + b 0 × 50 %", Scorer.Score(KayentaSettings.Usual, Metrics("a:p b:h")).Reason);

    [Fact]
    public void Nothing_to_score_fails() =>
        Assert.Equal(Grade.Fail, Scorer.Score(KayentaSettings.Usual, []).Grade);

    private static ImmutableArray<Classified> Metrics(string text) =>
        [.. text.Split(' ').Select(group => group.Split(':')).SelectMany(group => Group(group[0], group[1]))];

    private static IEnumerable<Classified> Group(string name, string letters)
    {
        var number = 0;
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] == 'C') continue;
            var classification = letters[i] switch
            {
                'p' => Classification.Pass,
                'h' => Classification.High,
                'l' => Classification.Low,
                'n' => Classification.Nodata,
                'd' => Classification.NodataFailMetric,
                'e' => Classification.Error,
                _ => throw new ArgumentException($"'{letters[i]}' is no letter of a metric", nameof(letters)),
            };
            yield return new(
                $"{name}{++number}", [name], classification, letters[i..].Skip(1).FirstOrDefault() == 'C', 1, null,
                null, "because");
        }
    }
}
