using Interop.Tests.Support;

namespace Interop.Tests;

// One after the other: each of them wants all cores.
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    public const string Name = "one pair at a time";
}

public sealed class RealDeployerRealWorkerRealEvaluator : Pair
{
    private protected override bool RealWorker => true;

    private protected override bool RealEvaluator => true;

    private protected override IDeployer Deployer => new RealDeployer();
}

public sealed class RealDeployerRealWorkerOurEvaluator : Pair
{
    private protected override bool RealWorker => true;

    private protected override bool RealEvaluator => false;

    private protected override IDeployer Deployer => new RealDeployer();
}

public sealed class RealDeployerOurWorker : Pair
{
    private protected override bool RealWorker => false;

    private protected override bool RealEvaluator => false;

    private protected override IDeployer Deployer => new RealDeployer();
}

public sealed class OurDeployerRealWorker : Pair
{
    private protected override bool RealWorker => true;

    private protected override bool RealEvaluator => true;

    private protected override IDeployer Deployer => new OurDeployer();
}

public sealed class OurDeployerOurWorker : Pair
{
    private protected override bool RealWorker => false;

    private protected override bool RealEvaluator => false;

    private protected override IDeployer Deployer => new OurDeployer();
}

[Collection(OneAtATime.Name)]
public sealed class RealDeployerRealWorkerRealEvaluatorTests(RealDeployerRealWorkerRealEvaluator pair) : PairTests(pair), IClassFixture<RealDeployerRealWorkerRealEvaluator>;

[Collection(OneAtATime.Name)]
public sealed class RealDeployerRealWorkerOurEvaluatorTests(RealDeployerRealWorkerOurEvaluator pair) : PairTests(pair), IClassFixture<RealDeployerRealWorkerOurEvaluator>;

[Collection(OneAtATime.Name)]
public sealed class RealDeployerOurWorkerTests(RealDeployerOurWorker pair) : PairTests(pair), IClassFixture<RealDeployerOurWorker>;

[Collection(OneAtATime.Name)]
public sealed class OurDeployerRealWorkerTests(OurDeployerRealWorker pair) : PairTests(pair), IClassFixture<OurDeployerRealWorker>;

[Collection(OneAtATime.Name)]
public sealed class OurDeployerOurWorkerTests(OurDeployerOurWorker pair) : PairTests(pair), IClassFixture<OurDeployerOurWorker>;
