using DcpWorker.Engine.Deployment;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Deployment;

public sealed class SlicePilesTests
{
    private static readonly DeploymentOptions Options = new() { FirstPile = 3, PileTarget = 1000, PileCeiling = 2000, PileGrowth = 4 };

    [Fact]
    public void Every_value_is_in_exactly_one_pile_in_order()
    {
        JsValue[] values = [.. Enumerable.Range(0, 500).Select(i => (JsValue)i)];

        List<JsArray> piles = Piles(values);

        Assert.Equal(values, piles.SelectMany(p => p.Items));
    }

    [Fact]
    public void Piles_grow_from_a_small_first_one_towards_the_target()
    {
        JsValue[] values = [.. Enumerable.Range(0, 400).Select(i => (JsValue)$"{i:0000000000}")];

        List<int> sizes = [.. Piles(values).Select(p => p.Items.Count)];

        Assert.Equal(3, sizes[0]);
        Assert.Equal([12, 48], sizes[1..3]);
        Assert.All(sizes[3..^1], size => Assert.InRange(size, 50, 90));
    }

    [Fact]
    public void A_pile_above_the_ceiling_is_split_and_a_value_above_it_goes_alone()
    {
        JsValue[] values = ["small", new string('x', 3000), "small", "small"];

        List<int> sizes = [.. Piles(values).Select(p => p.Items.Count)];

        Assert.Equal(4, sizes.Sum());
        Assert.Equal([1, 1], sizes[..2]);
    }

    private static List<JsArray> Piles(JsValue[] values)
    {
        SlicePiles piles = new(values, Options);
        List<JsArray> all = [];
        while (piles.Next() is { } pile)
        {
            all.Add((JsArray)KvinReader.Unmarshal(pile));
        }

        return all;
    }
}
